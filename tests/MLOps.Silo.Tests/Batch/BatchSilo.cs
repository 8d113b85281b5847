using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Models;
using MLOps.Inference.Tabular;
using MLOps.Silo.Batch;
using MLOps.Tracking;

namespace MLOps.Silo.Tests.Batch;

/// <summary>A silo for batch jobs, whose artifact store can be made to fail.</summary>
public sealed class BatchSilo : IAsyncLifetime
{
    private readonly SiloFixture _silo = new()
    {
        Configure = services =>
        {
            var real = services.Last(service => service.ServiceType == typeof(IArtifactStore));
            services.AddSingleton<IArtifactStore>(provider => new FaultyArtifactStore((IArtifactStore)real.ImplementationFactory!(provider)));
        },
    };

    public SiloFixture Silo => _silo;

    internal FaultyArtifactStore Store => (FaultyArtifactStore)_silo.Artifacts;

    public IModelRegistryStore Registry => _silo.Services.GetRequiredService<IModelRegistryStore>();

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    public async Task<int> RegisterAsync(string model, byte[] onnx)
    {
        var folder = $"models/{model}/{Guid.NewGuid():n}";
        await Store.WriteAsync($"{folder}/model.onnx", new MemoryStream(onnx));
        if ((await Registry.SearchRegisteredModelsAsync(new SearchModels($"name = '{model}'", [], 1, null))).Items.Count == 0)
        {
            await Registry.CreateRegisteredModelAsync(model, null, []);
        }

        return (await Registry.CreateModelVersionAsync(model, new CreateModelVersion(ArtifactUri.FromStorePath(folder), null, null, null, []))).Version;
    }

    /// <summary>Stages the bytes as the gateway does.</summary>
    public async Task<string> UploadAsync(byte[] content)
    {
        var id = Guid.NewGuid().ToString("N");
        await Store.WriteAsync(BatchUpload.ContentPath(id), new MemoryStream(content));
        var upload = new BatchUpload(id, "csv", content.Length, Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        await Store.WriteAsync(BatchUpload.DescriptionPath(id), new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(upload)));
        return id;
    }

    public Task<string> UploadAsync(string csv) => UploadAsync(Encoding.UTF8.GetBytes(csv));

    /// <summary>A table of an id and two features, <c>id,x0,x1</c>.</summary>
    public static string Table(int rows)
    {
        var csv = new StringBuilder("id,x0,x1\n");
        for (var row = 1; row <= rows; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"r{row},{row},{row * 0.25}\n");
        }

        return csv.ToString();
    }

    public static BatchJobSpec Spec(string model, string? upload, int chunkRows) =>
        new(null, $"models:/{model}/1", null, 0, upload, [], [], ["id"], chunkRows, BatchOnError.Fail, null);

    public IBatchJobGrain Job(string id) => _silo.Grains.GetGrain<IBatchJobGrain>(id);

    public async Task<BatchJobSnapshot> StartAsync(BatchJobSpec spec) => await Job(Guid.NewGuid().ToString("N")).StartAsync(spec);

    public async Task<BatchJobSnapshot> RunAsync(BatchJobSpec spec) => await EndedAsync((await StartAsync(spec)).JobId);

    /// <summary>Waits for the end; a job that a fault threw back is taken up at once instead of in a minute.</summary>
    public async Task<BatchJobSnapshot> EndedAsync(string jobId) => await SiloFixture.WaitForAsync(
        $"batch job {jobId} to end",
        async () =>
        {
            var job = await Job(jobId).GetAsync();
            if (job.Message?.StartsWith("waiting to try again", StringComparison.Ordinal) == true)
            {
                await _silo.Grains.GetGrain<IBatchJobOwnerGrain>(jobId).RecoverAsync("", false);
            }

            return job;
        },
        job => job.Status is BatchJobStatus.Completed or BatchJobStatus.Failed or BatchJobStatus.Stopped);

    public async Task<byte[]> ResultAsync(BatchJobSnapshot job)
    {
        var run = await _silo.Tracking.GetRunAsync(job.RunId!);
        var location = _silo.Services.GetRequiredService<IArtifactResolver>().Resolve($"{run.Info.ArtifactUri}/{job.Result}");
        await using var content = await location.Store.OpenReadAsync(location.Path);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    public async Task<TableChunk> RowsAsync(BatchJobSnapshot job)
    {
        await using var table = await TableReader.OpenAsync(new MemoryStream(await ResultAsync(job)));
        return (await table.ReadAsync(int.MaxValue))!;
    }

    public static IEnumerable<string?> Cells(TableChunk rows, string name)
    {
        var column = rows.Column(name);
        return Enumerable.Range(0, rows.Rows).Select(row => column.IsMissing(row) ? null : column.Text(row));
    }
}
