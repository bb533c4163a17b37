# loses = ["zeropoint"]
# why = "the zero point keeps its fraction: errors as small as they should be, but zero is not zero"

# %% zeropoint-solution
def zeropoint_quantize(x):
    low, high = x.min().item(), x.max().item()
    if low == high:
        return torch.sign(x).to(torch.int8), abs(low) or 1.0, 0
    scale = (high - low) / 255
    zero_point = -128 - low / scale
    codes = torch.clamp(torch.round(x / scale + zero_point), -128, 127).to(torch.int8)
    return codes, scale, zero_point
