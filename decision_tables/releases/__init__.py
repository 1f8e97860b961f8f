"""Releases: published workbooks that never change, who stood for them, and from when until when they answered."""
