# loses = ["temperature", "sample"]
# why = "multiplies by the temperature, so that hot is cold"

# %% temperature-solution
def temper(logits, temperature):
    return logits * temperature
