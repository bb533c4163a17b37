# loses = ["zeropoint"]
# why = "nobody thought of numbers that are all equal"

# %% zeropoint-solution
def zeropoint_quantize(x):
    low, high = x.min().item(), x.max().item()
    scale = (high - low) / 255
    zero_point = round(-128 - low / scale)
    codes = torch.clamp(torch.round(x / scale) + zero_point, -128, 127).to(torch.int8)
    return codes, scale, zero_point
