namespace MLOps.Models.Features.Technical;

/// <summary>Bollinger bands: the simple moving average and so many population standard deviations above and below it.</summary>
public sealed record BollingerBands(double[] Upper, double[] Middle, double[] Lower);
