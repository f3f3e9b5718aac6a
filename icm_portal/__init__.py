"""ICM Portal: the wiring that joins accounts, toolkit, proposals and exports."""
