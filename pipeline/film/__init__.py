"""Films: read frame by frame, people followed, and laid out on a contact sheet that is judged like a photo."""
