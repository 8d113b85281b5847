namespace MLOps.Gateway.Datasets;

/// <summary>The first and last rows of a version, cells as text; null: missing.</summary>
/// <param name="Head">From row 1 on.</param>
/// <param name="Tail">To the last row; empty where the head has them all.</param>
internal sealed record DatasetPreviewResponse(
    string Name,
    int Version,
    long Rows,
    IReadOnlyList<PreviewColumn> Columns,
    IReadOnlyList<IReadOnlyList<string?>> Head,
    IReadOnlyList<IReadOnlyList<string?>> Tail);

internal sealed record PreviewColumn(string Name, string Type);
