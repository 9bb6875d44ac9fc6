"""The definitions of kinds that add-ons bring: of our own making, with the fields that our objects use, no others."""
