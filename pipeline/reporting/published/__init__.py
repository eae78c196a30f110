"""The run folder of published posts: its words, tables, pictures, page and the text for the board."""
