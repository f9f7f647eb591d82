"""How words read: with respect, and without effort. What they say is their writer's."""
