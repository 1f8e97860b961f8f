"""Proposals for a workbook: keys that are lacking, and tests for what no test reaches."""
