namespace MLOps.Client.Batch;

/// <summary>Which model on which rows: exactly one of <see cref="Endpoint"/> and <see cref="ModelUri"/>, and exactly one of <see cref="Dataset"/> and <see cref="UploadId"/>.</summary>
public sealed record BatchRequest
{
    /// <summary>The version that this endpoint serves at the start.</summary>
    public string? Endpoint { get; init; }

    /// <summary><c>models:/name/3</c>, <c>models:/name/Production</c> or <c>models:/name@alias</c>, as it resolves at the start.</summary>
    public string? ModelUri { get; init; }

    public string? Dataset { get; init; }

    /// <summary>Default: the newest.</summary>
    public int? DatasetVersion { get; init; }

    /// <summary>From <see cref="BatchClient.UploadAsync"/>.</summary>
    public string? UploadId { get; init; }

    /// <summary>Columns by the model's input. Default: the column of the input's name, or all columns that are not passed through for a model's only input.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? InputColumns { get; init; }

    /// <summary>Outputs of the model that the result has. Default: all.</summary>
    public IReadOnlyList<string>? OutputColumns { get; init; }

    /// <summary>Columns of the input that the result has too. Default: none.</summary>
    public IReadOnlyList<string>? PassthroughColumns { get; init; }

    /// <summary>Rows that are made durable together. Default: the server's.</summary>
    public int? ChunkRows { get; init; }

    /// <summary><c>fail</c> or <c>skip</c> (a bad row gets no outputs and says why in the column <c>error</c>). Default: fail.</summary>
    public string? OnError { get; init; }

    /// <summary>Default: a name is made.</summary>
    public string? RunName { get; init; }
}
