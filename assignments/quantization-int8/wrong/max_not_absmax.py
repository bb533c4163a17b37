# loses = ["absmax"]
# why = "right only as long as the number farthest from zero is positive"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    top = 2 ** (bits - 1) - 1
    scale = x.max().item() / top or 1.0
    codes = torch.clamp(torch.round(x / scale), -top, top).to(torch.int8)
    return codes, scale
