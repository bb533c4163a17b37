# loses = ["lora-forward", "layer"]
# why = "the detour adds the layer's bias once more"

# %% lora-forward-solution
def lora_forward(x, weight, a, b, alpha, bias=None):
    linear = torch.nn.functional.linear
    return linear(x, weight, bias) + alpha / len(a) * linear(x @ a.T, b, bias)
