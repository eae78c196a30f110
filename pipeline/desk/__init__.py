"""The desk: a page in the browser where people look at photos, say who is on them, and see what the rules say then."""
