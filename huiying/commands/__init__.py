"""The commands of `huiying`, one file each; a file is registered by being there."""
