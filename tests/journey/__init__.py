"""What people do, in a real browser against real servers: the whole way of a proposal, and every page."""
