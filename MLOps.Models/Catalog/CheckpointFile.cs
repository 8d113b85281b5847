using System.Text;

namespace MLOps.Models.Catalog;

/// <summary>The bytes of a checkpoint: the name of its layout, then what the model goes on from.</summary>
internal static class CheckpointFile
{
    /// <param name="layout">Another layout gets another name: a checkpoint may be read by the next release. Shorter than 128 characters, ASCII.</param>
    public static byte[] Write(string layout, Action<BinaryWriter> content)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(layout);
            content(writer);
        }

        return stream.ToArray();
    }

    /// <param name="digest">Of the training's settings and rows.</param>
    public static byte[] Write(string layout, byte[] digest, Action<BinaryWriter> content) => Write(layout, writer =>
    {
        writer.Write(digest);
        content(writer);
    });

    /// <param name="digest">Of the training's settings and rows.</param>
    /// <returns>Null: there is none, or it is of another layout or another training, or cut short.</returns>
    public static T? Read<T>(byte[]? file, string layout, byte[] digest, Func<BinaryReader, T> content)
        where T : class => Read(file, layout, reader => reader.ReadBytes(digest.Length).AsSpan().SequenceEqual(digest) ? content(reader) : null);

    /// <returns>Null: it is none of this layout, it is cut short, or <paramref name="content"/> says that it is of something else.</returns>
    public static T? Read<T>(byte[]? file, string layout, Func<BinaryReader, T?> content)
        where T : class
    {
        if (file is null || !file.AsSpan().StartsWith([(byte)layout.Length, .. Encoding.UTF8.GetBytes(layout)]))
        {
            return null;
        }

        using var stream = new MemoryStream(file);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        reader.ReadString();
        try
        {
            return content(reader);
        }
        catch (EndOfStreamException)
        {
            // The same as none: TrainingRequest.Checkpoint says so.
            return null;
        }
    }
}
