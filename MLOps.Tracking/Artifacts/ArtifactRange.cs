namespace MLOps.Tracking;

/// <summary>A range of bytes as HTTP has it: <c>first-last</c>, <c>first-</c>, or <c>-last</c> for the last so many bytes.</summary>
/// <param name="First">First byte, from 0; null: <paramref name="Last"/> counts bytes from the end.</param>
/// <param name="Last">Last byte, included; null: to the end.</param>
public readonly record struct ArtifactRange(long? First, long? Last)
{
    /// <summary>The range within a file of so many bytes.</summary>
    /// <returns>Null: it lies outside.</returns>
    public (long First, long Count)? Within(long length)
    {
        var first = First ?? Math.Max(0, length - Last.GetValueOrDefault());
        var last = First is null || Last is null ? length - 1 : Math.Min(Last.Value, length - 1);
        return first <= last ? (first, last - first + 1) : null;
    }

    /// <summary>As in the header <c>Range</c>.</summary>
    public override string ToString() => $"bytes={First}-{Last}";
}
