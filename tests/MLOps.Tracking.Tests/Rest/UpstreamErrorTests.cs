using System.Text;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Rest;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>Refusals, garbage and credentials.</summary>
public sealed class UpstreamErrorTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, "INVALID_PARAMETER_VALUE", ProblemCode.InvalidArgument)]
    [InlineData(400, "BAD_REQUEST", ProblemCode.Rejected)]
    [InlineData(400, "RESOURCE_ALREADY_EXISTS", ProblemCode.AlreadyExists)]
    [InlineData(404, "RESOURCE_DOES_NOT_EXIST", ProblemCode.NotFound)]
    [InlineData(404, "ENDPOINT_NOT_FOUND", ProblemCode.NotImplemented)]
    [InlineData(403, "PERMISSION_DENIED", ProblemCode.PermissionDenied)]
    [InlineData(409, "ABORTED", ProblemCode.Conflict)]
    [InlineData(429, "RESOURCE_EXHAUSTED", ProblemCode.ResourceExhausted)]
    [InlineData(500, "INTERNAL_ERROR", ProblemCode.Internal)]
    [InlineData(500, "INVALID_STATE", ProblemCode.InvalidState)]
    [InlineData(501, "NOT_IMPLEMENTED", ProblemCode.NotImplemented)]
    [InlineData(503, "TEMPORARILY_UNAVAILABLE", ProblemCode.Unavailable)]
    [InlineData(504, "DEADLINE_EXCEEDED", ProblemCode.DeadlineExceeded)]
    public async Task Refusal_InMlflowsShape_KeepsItsCodeAndWords(int status, string errorCode, ProblemCode code)
    {
        var refusal = await RefusedAsync(FakeUpstream.Error(status, errorCode, "no run 'r'"));
        Assert.Equal((code, "no run 'r'"), (refusal.Code, refusal.Message));
    }

    [Theory]
    [InlineData(401, ProblemCode.PermissionDenied, "MLFLOW_TRACKING_USERNAME")]
    [InlineData(403, ProblemCode.PermissionDenied, "MLFLOW_TRACKING_TOKEN")]
    [InlineData(404, ProblemCode.NotImplemented, "no such route")]
    [InlineData(302, ProblemCode.Unavailable, "another address")]
    [InlineData(413, ProblemCode.Rejected, "413")]
    [InlineData(500, ProblemCode.Internal, "500")]
    public async Task Refusal_AsAPage_IsToldByItsStatus(int status, ProblemCode code, string hint)
    {
        var refusal = await RefusedAsync(FakeUpstream.Html(status));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(hint, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<html>", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_AsPlainText_IsPassedOn() => Assert.Contains(
        "running without artifact serving",
        (await RefusedAsync(FakeUpstream.Body("The server is running without artifact serving", "text/plain", 503))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"run\": 3}")]
    [InlineData("{\"run\": {\"info\": {\"run_id\": 5, \"experiment_id\": \"0\"}}}")]
    [InlineData("{\"run\": {\"info\": {\"run_id\": \"r\", \"experiment_id\": \"0\", \"start_time\": \"soon\"}}}")]
    [InlineData("{\"run\": {\"info\": {\"run_id\": \"r\", \"experiment_id\": \"0\"}, \"data\": {\"metrics\": {\"key\": 1}}}}")]
    [InlineData("{\"run\": {\"info\": {\"run_id\": \"r\"")]
    public async Task Answer_ThatIsGarbage_IsUnavailableAndSaysSo(string body)
    {
        var refusal = await RefusedAsync(FakeUpstream.Json(body));
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);
        Assert.Contains("not MLflow's JSON", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("ann", "pa:ss", "unused", "Basic ann:pa:ss")]
    [InlineData("ann", null, null, "Basic ann:")]
    [InlineData(null, null, "tok", "Bearer tok")]
    public async Task Credentials_OfTheOptions_AreSent(string? user, string? password, string? token, string? expected)
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("{}"));
        var options = ImpatientTime.Options;
        (options.Username, options.Password, options.Token) = (user, password, token);
        using var client = upstream.Client(options);
        await client.CallAsync(UpstreamCall.Get("experiments/get"), Cancelled);
        Assert.Equal(expected, Decoded(Assert.Single(upstream.Requests).Authorization));
    }

    [Fact]
    public async Task Credentials_OfTheAddress_AreSentAndNeverShown()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(401));
        using var client = upstream.Client(ImpatientTime.Options, url: upstream.Url.Replace("://", "://ann:p%40ss@", StringComparison.Ordinal) + "/prefix/");
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => client.CallAsync(UpstreamCall.Get("experiments/get"), Cancelled));
        var request = Assert.Single(upstream.Requests);
        Assert.Equal("Basic ann:p@ss", Decoded(request.Authorization));
        Assert.Equal("/prefix/api/2.0/mlflow/experiments/get", request.Path);
        Assert.DoesNotContain("ss", refusal.Message.Replace("PASSWORD", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(upstream.Url + "/prefix", client.Name);
    }

    [Fact]
    public async Task Certificate_ThatNobodySigned_IsTakenOnlyWhenTheOperatorSaysSo()
    {
        await using var upstream = await FakeUpstream.StartTlsAsync(FakeUpstream.Json("{}"));
        Assert.StartsWith("https://", upstream.Url, StringComparison.Ordinal);
        var clock = new ImpatientTime();
        using (var strict = upstream.Client(ImpatientTime.Options, clock))
        {
            var refusal = await Assert.ThrowsAsync<MLOpsException>(() => strict.CallAsync(UpstreamCall.Get("experiments/get"), Cancelled));
            Assert.Equal(ProblemCode.Unavailable, refusal.Code);
            Assert.Contains("TLS", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(clock.Waits);
        }

        var options = ImpatientTime.Options;
        options.InsecureTls = true;
        using var lenient = upstream.Client(options);
        await lenient.CallAsync(UpstreamCall.Get("experiments/get"), Cancelled);
        Assert.Single(upstream.Requests);
    }

    private static string? Decoded(string? header) => header is { } text && text.StartsWith("Basic ", StringComparison.Ordinal)
        ? "Basic " + Encoding.UTF8.GetString(Convert.FromBase64String(text[6..]))
        : header;

    private static async Task<MLOpsException> RefusedAsync(Microsoft.AspNetCore.Http.RequestDelegate answer)
    {
        await using var upstream = await FakeUpstream.StartAsync(answer);
        var options = ImpatientTime.Options;
        options.MaxRetries = 0;
        using var client = upstream.Client(options);
        return await Assert.ThrowsAsync<MLOpsException>(() => new RestTrackingStore(client, TimeProvider.System).GetRunAsync("r", Cancelled));
    }
}
