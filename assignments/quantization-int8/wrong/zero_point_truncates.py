# loses = ["zeropoint"]
# why = "the conversion to int8 cuts the fraction off"

# %% zeropoint-solution
def zeropoint_quantize(x):
    low, high = x.min().item(), x.max().item()
    if low == high:
        return torch.sign(x).to(torch.int8), abs(low) or 1.0, 0
    scale = (high - low) / 255
    zero_point = round(-128 - low / scale)
    codes = torch.clamp(x / scale + zero_point, -128, 127).to(torch.int8)
    return codes, scale, zero_point
