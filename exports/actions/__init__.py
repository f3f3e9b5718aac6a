"""Every write of this room, one function per thing that is done."""
