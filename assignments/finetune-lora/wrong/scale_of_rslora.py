# loses = ["lora-forward", "layer"]
# why = "alpha over the root of the rank, which is another method"

# %% lora-forward-solution
def lora_forward(x, weight, a, b, alpha, bias=None):
    scale = alpha / math.sqrt(len(a))
    return torch.nn.functional.linear(x, weight, bias) + scale * (x @ a.T @ b.T)
