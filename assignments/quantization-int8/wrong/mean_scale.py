# loses = ["absmax"]
# why = "the mean magnitude instead of the largest: everything above it is clipped"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    top = 2 ** (bits - 1) - 1
    scale = x.abs().mean().item() / top or 1.0
    codes = torch.clamp(torch.round(x / scale), -top, top).to(torch.int8)
    return codes, scale
