namespace MLOps.Silo.Datasets;

/// <summary>A plain table: rectangular, which the validator sees to for every kind, and nothing more.</summary>
internal sealed class TableCheck : IRowCheck
{
    public (DateOnly First, DateOnly Last)? Period => null;

    public void Check(long line, IReadOnlyList<string> cells)
    {
    }
}
