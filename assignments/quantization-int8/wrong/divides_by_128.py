# loses = ["absmax", "rows", "model-int8"]
# why = "128 steps instead of 127, with the code 128 clamped"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    top = 2 ** (bits - 1)
    scale = x.abs().max().item() / top or 1.0
    codes = torch.clamp(torch.round(x / scale), -top + 1, top - 1).to(torch.int8)
    return codes, scale


# %% rows-solution
def absmax_quantize_rows(w, bits=8):
    top = 2 ** (bits - 1)
    largest = w.abs().amax(dim=1, keepdim=True)
    scales = torch.where(largest > 0, largest / top, torch.ones_like(largest))
    return torch.clamp(torch.round(w / scales), -top + 1, top - 1).to(torch.int8), scales
