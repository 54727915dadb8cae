"""What each part of the HTML report shows, ready to be shown: its templates hold no logic."""
