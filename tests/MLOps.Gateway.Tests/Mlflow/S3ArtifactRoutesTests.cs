using System.Net;
using System.Net.Http.Headers;
using MLOps.Testing.Onnx;
using static MLOps.Gateway.Tests.Mlflow.MlflowHttp;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The artifact routes over a real S3 server.</summary>
public sealed class S3ArtifactRoutesTests(S3Platform s3) : IClassFixture<S3Platform>, IDisposable
{
    private readonly HttpClient _anyone = new();

    private HttpClient Http => s3.Platform.Http;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _anyone.Dispose();

    [Fact]
    public async Task Proxy_PutListGetDelete_WorkInTheBucket()
    {
        var (id, uri) = await Http.CreateRunAsync();
        var path = uri["mlflow-artifacts:/".Length..];
        await Http.PutAsync($"{Proxy}artifacts/{path}/model/MLmodel", "flavors: {}");
        await Http.PutAsync($"{Proxy}artifacts/{path}/notes.txt", "0123456789");

        var listed = await Http.GetJsonAsync($"{Api}artifacts/list?run_id={id}");
        Assert.Equal(["model", "notes.txt"], listed.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()));
        listed = await Http.GetJsonAsync($"{Proxy}artifacts?path={path}/model");
        Assert.Equal(("MLmodel", 11), (listed.GetProperty("files")[0].GetProperty("path").GetString(), listed.GetProperty("files")[0].GetProperty("file_size").GetInt64()));
        Assert.Equal("0123456789", await Http.GetStringAsync($"/get-artifact?run_uuid={id}&path=notes.txt", Ct));

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Proxy}artifacts/{path}/notes.txt") { Headers = { Range = new RangeHeaderValue(2, 4) } };
        using var part = await Http.SendAsync(request, Ct);
        Assert.Equal((HttpStatusCode.PartialContent, "234", "bytes 2-4/10"), (part.StatusCode, await part.Content.ReadAsStringAsync(Ct), part.Content.Headers.ContentRange!.ToString()));
        Assert.Equal("attachment", part.Content.Headers.ContentDisposition!.DispositionType);

        using var deleted = await Http.DeleteAsync($"{Proxy}artifacts/{path}/model", Ct);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        var missing = await Http.GetJsonAsync($"{Proxy}artifacts/{path}/model/MLmodel", HttpStatusCode.NotFound);
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", missing.GetProperty("error_code").GetString());
    }

    [Fact]
    public async Task MultipartUpload_AsMlflowsClientDoesIt_MakesTheFile()
    {
        var create = await Http.PostAsync($"{Proxy}mpu/create/9/r/artifacts/model", new { path = "/home/quant/weights.bin", num_parts = 2 });
        var uploadId = create.GetProperty("upload_id").GetString();
        var bytes = new[] { new byte[5 << 20], "end"u8.ToArray() };
        var parts = new List<object>();
        foreach (var credential in create.GetProperty("credentials").EnumerateArray())
        {
            var number = credential.GetProperty("part_number").GetInt32();
            using var content = new ByteArrayContent(bytes[number - 1]);
            using var answer = await _anyone.PutAsync(credential.GetProperty("url").GetString(), content, Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
            parts.Add(new { part_number = number, etag = answer.Headers.ETag!.Tag, url = credential.GetProperty("url").GetString() });
        }

        await Http.GetJsonAsync($"{Proxy}artifacts/9/r/artifacts/model/weights.bin", HttpStatusCode.NotFound);
        await Http.PostAsync($"{Proxy}mpu/complete/9/r/artifacts/model", new { path = "/home/quant/weights.bin", upload_id = uploadId, parts });
        Assert.Equal((5 << 20) + 3, (await Http.GetByteArrayAsync($"{Proxy}artifacts/9/r/artifacts/model/weights.bin", Ct)).Length);
    }

    [Fact]
    public async Task MultipartUpload_BadCalls_AreRefused()
    {
        var create = await Http.PostAsync($"{Proxy}mpu/create/9/aborted", new { path = "f", num_parts = 1 });
        var upload = new { path = "f", upload_id = create.GetProperty("upload_id").GetString() };
        await Http.PostAsync($"{Proxy}mpu/abort/9/aborted", upload);
        await Http.PostAsync($"{Proxy}mpu/abort/9/aborted", upload, HttpStatusCode.NotFound);
        await Http.PostAsync($"{Proxy}mpu/create/9/aborted", new { path = "f", num_parts = 0 }, HttpStatusCode.BadRequest);
        await Http.PostAsync($"{Proxy}mpu/create/9/aborted", new { path = "f", num_parts = long.MaxValue }, HttpStatusCode.BadRequest);
        await Http.PostAsync($"{Proxy}mpu/create/9/aborted", new { num_parts = 1 }, HttpStatusCode.BadRequest);
        await Http.PostAsync($"{Proxy}mpu/create/9/%252e%252e/x", new { path = "f", num_parts = 1 }, HttpStatusCode.BadRequest);
        await Http.PostAsync($"{Proxy}mpu/create/9", new { path = "a/..", num_parts = 1 }, HttpStatusCode.BadRequest);
        await Http.PostAsync($"{Proxy}mpu/complete/9/aborted", new { path = "f", upload_id = "x", parts = new[] { new { part_number = "one", etag = "e" } } }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task PresignedDownload_OfTheProxy_IsFetchedFromTheStoreItself()
    {
        await Http.PutAsync($"{Proxy}artifacts/9/signed.txt", "from S3");
        var signed = await Http.GetJsonAsync($"{Proxy}presigned/9/signed.txt");
        Assert.Equal(7, signed.GetProperty("file_size").GetInt64());
        Assert.Equal("from S3", await _anyone.GetStringAsync(signed.GetProperty("url").GetString(), Ct));
        await Http.GetJsonAsync($"{Proxy}presigned/9/none.txt", HttpStatusCode.NotFound);
        await Http.GetJsonAsync($"{Proxy}presigned/%252e%252e/x", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task RunWithS3Location_ListsDownloadsAndSignsUploads()
    {
        var (id, uri) = await Http.CreateRunAsync($"s3://{s3.OtherBucket}/runs");
        Assert.StartsWith($"s3://{s3.OtherBucket}/runs/", uri, StringComparison.Ordinal);

        var signed = await Http.PostAsync(Api + "artifacts/presigned-upload-url", new { run_id = id, path = "plots/loss.json", expiration = 60 });

        // Counted from the signature, which comes a little after the request.
        Assert.Matches("[?&]X-Amz-Expires=(60|[1-5][0-9])(&|$)", signed.GetProperty("presigned_url").GetString());
        using var content = new StringContent("[1]");
        content.Headers.ContentType = new MediaTypeHeaderValue(signed.GetProperty("headers").GetProperty("Content-Type").GetString()!);
        using var put = await _anyone.PutAsync(signed.GetProperty("presigned_url").GetString(), content, Ct);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Ct));

        using var upload = new StringContent("from the browser");
        using var uploaded = await Http.PostAsync($"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={id}&path=notes/a.txt", upload, Ct);
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);

        var listed = await Http.GetJsonAsync($"{Api}artifacts/list?run_id={id}&path=plots");
        Assert.Equal(("plots/loss.json", 3, uri), (listed.GetProperty("files")[0].GetProperty("path").GetString(), listed.GetProperty("files")[0].GetProperty("file_size").GetInt64(), listed.GetProperty("root_uri").GetString()));
        Assert.Equal("[1]", await Http.GetStringAsync($"/get-artifact?run_id={id}&path=plots/loss.json", Ct));
        Assert.Equal("from the browser", await Http.GetStringAsync($"/get-artifact?run_id={id}&path=notes/a.txt", Ct));

        await Http.PostAsync(Api + "registered-models/create", new { name = "inS3" });
        await Http.PostAsync(Api + "model-versions/create", new { name = "inS3", source = uri + "/plots", run_id = id });
        Assert.Equal("[1]", await Http.GetStringAsync("/model-versions/get-artifact?name=inS3&version=1&path=loss.json", Ct));

        await Http.PostAsync(Api + "artifacts/presigned-upload-url", new { run_id = id, path = "../x" }, HttpStatusCode.BadRequest);
        await Http.PostAsync(Api + "artifacts/presigned-upload-url", new { run_id = id, path = "x", expiration = 604_801 }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Deploy_ModelInS3_Serves()
    {
        await s3.Platform.RegisterAsync("served-from-s3", TinyModels.AddConstant(1, 1));
        await Http.PostAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "served-from-s3", model_uri = "models:/served-from-s3/1" });
        var answer = await Http.PostAsync("/v2/models/served-from-s3/infer", new { inputs = new[] { new { name = "x", shape = new[] { 1, 1 }, datatype = "FP32", data = new[] { 10 } } } });
        Assert.Equal(11, answer.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
    }
}
