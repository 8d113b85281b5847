using System.Net;

namespace MLOps.Client.Tests.Http;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("""{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run 'x' not found"}""", 404, "RESOURCE_DOES_NOT_EXIST", "Run 'x' not found")]
    [InlineData("""{"title":"Not found","status":404,"detail":"No run x","code":"not_found"}""", 404, "not_found", "No run x")]
    [InlineData("""{"error":"shape [2] does not fit"}""", 400, "BadRequest", "shape [2] does not fit")]
    [InlineData("""{"title":"Bad request","status":400}""", 400, "BadRequest", "Bad request")]
    public async Task Refusal_InAnyOfTheShapes_BecomesCodeAndMessage(string body, int status, string code, string message)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/mlflow/status", body, status));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.Status.GetAsync(TestContext.Current.CancellationToken));

        Assert.Equal((HttpStatusCode)status, exception.Status);
        Assert.Equal(code, exception.Code);
        Assert.Equal(message, exception.Message);
        Assert.False(exception.IsUnreachable);
    }

    [Fact]
    public async Task Refusal_ThatIsAnHtmlPage_SaysWhatWasAskedWithoutThePage()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/mlflow/status", "<html>nope</html>", 502, "text/html"));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.Status.GetAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.BadGateway, exception.Status);
        Assert.Contains("/api/v1/mlflow/status", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("nope", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>a page of something else</html>")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Success_ThatIsNotTheGatewaysJson_IsABadAnswer(string body)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/alerts", body, 200, "text/html"));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.Monitoring.ListAlertsAsync(TestContext.Current.CancellationToken));

        Assert.Equal(MLOpsClientException.BadAnswer, exception.Code);
    }

    [Fact]
    public async Task Call_NobodyListens_IsUnreachableAndNamesTheAddress()
    {
        Uri address;
        await using (var gateway = await TestGateway.StartAsync(_ => { }))
        {
            address = gateway.Address;
        }

        using var client = new MLOpsClient(address);
        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => client.Status.GetAsync(TestContext.Current.CancellationToken));

        Assert.True(exception.IsUnreachable);
        Assert.Equal(MLOpsClientException.Unreachable, exception.Code);
        Assert.Contains(address.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_NoAnswerInTime_TimesOut()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/mlflow/status", c => Task.Delay(Timeout.Infinite, c.RequestAborted)));
        using var http = new HttpClient { BaseAddress = gateway.Address, Timeout = TimeSpan.FromMilliseconds(200) };
        using var client = new MLOpsClient(http);

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => client.Status.GetAsync(TestContext.Current.CancellationToken));

        Assert.Equal(MLOpsClientException.TimedOut, exception.Code);
        Assert.True(exception.IsUnreachable);
    }

    [Fact]
    public async Task Call_CancelledByTheCaller_ThrowsCancellation()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/mlflow/status", c => Task.Delay(Timeout.Infinite, c.RequestAborted)));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Client.Status.GetAsync(cancelled.Token));
    }

    [Fact]
    public void Client_HttpClientWithoutAddress_SaysWhatToSet()
    {
        using var http = new HttpClient();
        var exception = Assert.Throws<ArgumentException>(() => new MLOpsClient(http));
        Assert.Contains("BaseAddress", exception.Message, StringComparison.Ordinal);
    }
}
