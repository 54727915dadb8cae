"""What it means: guideline, outcomes, code evidence and waivers to a verdict, by pure functions."""
