using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Endpoints;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>A scoring body by its content type.</summary>
internal abstract class ScoringBody : IAsyncDisposable
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";
    private const string Parquet = "application/vnd.apache.parquet";

    /// <summary>Whether it is a table: MLflow answers those with one, too.</summary>
    public abstract bool IsFrame { get; }

    /// <exception cref="BadHttpRequestException">415: another type or another charset than UTF-8.</exception>
    public static string TypeOf(string? contentType, bool anyIsJson)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return Json;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            throw Unsupported($"'{new string([.. contentType.Where(c => !char.IsControl(c)).Take(80)])}' is no content type");
        }

        var known = type.MediaType?.ToLowerInvariant() is Json or Csv or Parquet;
        if (!known && !anyIsJson)
        {
            throw Unsupported($"the body is {type.MediaType}");
        }

        return type.CharSet is { } charset && !charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? throw Unsupported($"the charset is {charset}")
            : known ? type.MediaType!.ToLowerInvariant() : Json;
    }

    /// <param name="type">By <see cref="TypeOf"/>.</param>
    /// <param name="body">Must outlive what is returned.</param>
    /// <exception cref="Inference.InferenceException">InvalidRequest: not of that type.</exception>
    public static async Task<ScoringBody> ReadAsync(string type, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => type switch
    {
        Csv => await Table.ReadAsync(async token => await CsvFrame.ReadAsync(Stream(body), token), body, cancellationToken),
        Parquet => await Table.ReadAsync(async token => await ParquetFrame.ReadAsync(Stream(body), token), body, cancellationToken),
        _ => ScoringRequest.Parse(body),
    };

    /// <summary>A parameter that is a string, an integer or a boolean; null when it is not given.</summary>
    public abstract object? Parameter(string name);

    /// <summary>Names of the columns, where it is a table; empty: it is none.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>The table as a file of raw rows.</summary>
    /// <exception cref="Inference.InferenceException">InvalidRequest: a row that does not fit the columns.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> RowsAsync(CancellationToken cancellationToken);

    /// <summary>The inputs of the model.</summary>
    /// <exception cref="Inference.InferenceException">InvalidRequest: names the input or column that does not fit.</exception>
    public abstract Task<IReadOnlyList<Tensor>> TensorsAsync(ModelSignature signature, CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> body) => MemoryMarshal.TryGetArray(body, out var bytes)
        ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
        : new MemoryStream(body.ToArray(), writable: false);

    private static BadHttpRequestException Unsupported(string given) => new(
        $"This endpoint takes {Json}, {Csv} and {Parquet}, in UTF-8: {given}.",
        StatusCodes.Status415UnsupportedMediaType);

    /// <summary>A file that is one table and has no parameters. Its rows are read once by each signature that asks.</summary>
    private sealed class Table : ScoringBody
    {
        private readonly Func<CancellationToken, Task<ScoringFrame>> _open;
        private readonly ReadOnlyMemory<byte> _file;
        private ScoringFrame? _unread;

        private Table(Func<CancellationToken, Task<ScoringFrame>> open, ReadOnlyMemory<byte> file, ScoringFrame first)
        {
            _open = open;
            _file = file;
            _unread = first;
            Columns = first.Columns;
        }

        public override bool IsFrame => true;

        public override IReadOnlyList<string> Columns { get; }

        public static async Task<Table> ReadAsync(Func<CancellationToken, Task<ScoringFrame>> open, ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
            new(open, file, await open(cancellationToken));

        public override ValueTask<ReadOnlyMemory<byte>> RowsAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_file);

        public override object? Parameter(string name) => null;

        public override async Task<IReadOnlyList<Tensor>> TensorsAsync(ModelSignature signature, CancellationToken cancellationToken)
        {
            await using var frame = _unread ?? await _open(cancellationToken);
            _unread = null;
            return await FrameTensors.BuildAsync(frame, signature, cancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            if (_unread is not null)
            {
                await _unread.DisposeAsync();
            }

            await base.DisposeAsync();
        }
    }
}
