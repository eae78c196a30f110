"""The key of the workspaces that tests make: as the program makes them, so that it is not stretched at each opening."""

KEY = "key-" + "5e" * 32
