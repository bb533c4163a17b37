# loses = ["temperature", "sample"]
# why = "divides probabilities instead of logits"

# %% temperature-solution
def temper(logits, temperature):
    return torch.softmax(logits, dim=-1) / temperature
