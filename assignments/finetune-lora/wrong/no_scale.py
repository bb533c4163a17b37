# loses = ["lora-forward", "lora-merge", "layer", "merged"]
# why = "alpha and the rank are forgotten"

# %% lora-forward-solution
def lora_forward(x, weight, a, b, alpha, bias=None):
    return torch.nn.functional.linear(x, weight, bias) + x @ a.T @ b.T


# %% lora-merge-solution
def lora_merge(weight, a, b, alpha):
    return weight + b @ a
