namespace MLOps.Tracking;

/// <summary>A part of a file, open for reading.</summary>
/// <param name="Content">The bytes of the part.</param>
/// <param name="First">Where it begins, from 0.</param>
/// <param name="Count">Bytes in the part.</param>
/// <param name="Total">Bytes in the file.</param>
public sealed record ArtifactPart(Stream Content, long First, long Count, long Total) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
