# loses = ["absmax"]
# why = "a guard against zero that small numbers do not forgive"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    top = 2 ** (bits - 1) - 1
    scale = x.abs().max().item() / top + 1e-7
    return torch.round(x / scale).to(torch.int8), scale
