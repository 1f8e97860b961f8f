"""Where models come from: a folder of workbooks, or a store of releases."""
