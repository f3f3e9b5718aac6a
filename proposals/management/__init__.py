"""What the command line needs beside the actions: samples, and the demo."""
