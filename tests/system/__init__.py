"""What holds for the portal as a whole: every address, every persona, many people at once, and the main job."""
