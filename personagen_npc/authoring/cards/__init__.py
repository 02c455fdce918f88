"""Character cards in and out: PNG or JSON to a pack's folder, and a persona to a card."""
