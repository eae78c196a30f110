"""What hides in a photo's file besides its picture: read, told, and never copied along."""
