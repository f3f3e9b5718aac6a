"""A frozen submission, or a marked draft, turned into a document that can leave the portal."""
