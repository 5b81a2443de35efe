"""Why a run takes what it takes, and what would change that: found by running what would be otherwise."""
