namespace MLOps.Tracking.Artifacts.S3;

/// <summary>Memory for one part of an upload, used again for later parts. As large as what was read, not as a part may be.
/// Not from the shared pool, which would keep such an array for every thread that an upload came by: 700 MB for one file of 5 GiB.</summary>
internal sealed class PartBuffer
{
    private const int FirstSize = 64 * 1024;
    private byte[] _bytes = [];

    public int Length { get; private set; }

    /// <summary>Reads up to so many bytes; fewer when the content ends.</summary>
    public async Task FillAsync(Stream content, int limit, CancellationToken cancellationToken)
    {
        Length = 0;
        while (Length < limit)
        {
            if (Length == _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Min(Math.Max(_bytes.Length * 2, FirstSize), limit));
            }

            var read = await content.ReadAsync(_bytes.AsMemory(Length, Math.Min(_bytes.Length, limit) - Length), cancellationToken);
            if (read == 0)
            {
                return;
            }

            Length += read;
        }
    }

    public MemoryStream ToStream() => new(_bytes, 0, Length, writable: false);
}
