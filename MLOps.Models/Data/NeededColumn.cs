namespace MLOps.Models.Data;

/// <param name="IsNumber">Numbers; false: texts.</param>
public sealed record NeededColumn(string Name, bool IsNumber);
