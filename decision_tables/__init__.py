"""Decision tables that business staff keep in Excel, compiled and evaluated exactly."""
