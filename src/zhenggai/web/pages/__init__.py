"""Screens: one view file a screen."""
