using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Testing;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

/// <summary>What goes over the wire, and what comes of the receiver's answers.</summary>
public sealed class DeliveryTests
{
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delivery_WithASecret_IsSignedOverWhatWasSent()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url + "/secure?x=1", "test-secret-key");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", "größer <als> +1 \" ☃", [], Cancelled);
        var call = Assert.Single(await receiver.WaitAsync(1, Cancelled));
        Assert.Equal("/secure", call.Path);
        Assert.Equal("application/json", call.Headers["Content-Type"]);
        Assert.True(Guid.TryParse(call.Headers["X-MLflow-Delivery-Id"], out _));
        Assert.True(long.TryParse(call.Headers["X-MLflow-Timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out _));
        using var mac = new HMACSHA256("test-secret-key"u8.ToArray());
        var expected = mac.ComputeHash(Encoding.UTF8.GetBytes($"{call.Headers["X-MLflow-Delivery-Id"]}.{call.Headers["X-MLflow-Timestamp"]}.{call.Body}"));
        Assert.Equal("v1," + Convert.ToBase64String(expected), call.Headers["X-MLflow-Signature"]);
        using var json = JsonDocument.Parse(call.Body);
        Assert.Equal("größer <als> +1 \" ☃", json.RootElement.GetProperty("data").GetProperty("description").GetString());
        Assert.EndsWith("+00:00", json.RootElement.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_WithoutASecret_IsNotSigned()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        Assert.DoesNotContain("X-MLflow-Signature", Assert.Single(await receiver.WaitAsync(1, Cancelled)).Headers.Keys);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Delivery_RefusedForNow_ComesAgainWithTheSameIdAndBody(int status)
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        receiver.Answer = (call, response) => Status(response, call < 2 ? status : 200);
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url, "s");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(3, Cancelled);
        await bench.DrainAsync();
        Assert.Equal(3, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(call => (call.Headers["X-MLflow-Delivery-Id"], call.Body)).Distinct());
    }

    [Fact]
    public async Task Delivery_RefusedForEver_EndsAfterTheRetries()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        receiver.Answer = (_, response) => Status(response, 500);
        await using var bench = new WebhookBench(options => options.MaxRetries = 2);
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(3, Cancelled);
        await bench.DrainAsync();
        Assert.Equal(3, receiver.Calls.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task Delivery_RefusedForGood_IsMadeOnceAndFollowsNoRedirect(int status)
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        receiver.Answer = (_, response) =>
        {
            response.Headers.Location = receiver.Url + "/elsewhere";
            return Status(response, status);
        };
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url + "/here");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(1, Cancelled);
        await bench.DrainAsync();
        Assert.Equal("/here", Assert.Single(receiver.Calls).Path);
    }

    [Fact]
    public async Task Delivery_ToAReceiverThatIsDown_ArrivesWhenItIsUp()
    {
        var free = await Receiver.StartAsync(Cancelled);
        var url = free.Url;
        await free.DisposeAsync();
        await using var bench = new WebhookBench(options => options.MaxRetries = 1);
        var webhook = await bench.SubscribeAsync(url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await bench.DrainAsync();
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await bench.Webhooks.UpdateWebhookAsync(webhook.WebhookId, new UpdateWebhook(null, receiver.Url, null, null, null, null), Cancelled);
        await bench.Registry.CreateRegisteredModelAsync("n", null, [], Cancelled);
        Assert.Contains("\"name\":\"n\"", Assert.Single(await receiver.WaitAsync(1, Cancelled)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_ToAReceiverThatHangs_IsRetriedAfterTheTimeout()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        using var release = new CancellationTokenSource();
        receiver.Answer = (call, response) => call > 0 ? Status(response, 200) : Task.Delay(Timeout.Infinite, response.HttpContext.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var bench = new WebhookBench(options => options.RequestTimeout = TimeSpan.FromMilliseconds(200));
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(2, Cancelled);
        await bench.DrainAsync();
    }

    [Fact]
    public async Task Connection_ToANameThatHasTurnedPrivate_IsRefusedAndNotRetried()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        var lookups = 0;
        await using var bench = new WebhookBench(
            options => options.AllowPrivateAddresses = false,
            (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref lookups) == 1 ? IPAddress.Parse("1.1.1.1") : IPAddress.Loopback]));
        var webhook = await bench.SubscribeAsync($"http://rebinding.example:{receiver.Port}/");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await bench.DrainAsync();
        var result = await bench.Tester.TestAsync(webhook.WebhookId, null, Cancelled);
        Assert.False(result.Success);
        Assert.Contains("must not resolve to a private", result.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(3, lookups);
        Assert.Empty(receiver.Calls);
    }

    [Theory]
    [InlineData(1, null, 0, 1000)]
    [InlineData(1, null, 0.5, 1500)]
    [InlineData(3, null, 0, 4000)]
    [InlineData(100, null, 1, 60_000)]
    [InlineData(1, 7.0, 0.5, 7000)]
    [InlineData(1, 86_400.0, 0.5, 3_600_000)]
    [InlineData(2, -5.0, 0, 2000)]
    public void Backoff_DoublesUpToAMinuteUnlessTheReceiverAsksOtherwise(int failures, double? retryAfterSeconds, double random, double milliseconds) => Assert.Equal(
        TimeSpan.FromMilliseconds(milliseconds),
        WebhookDispatcher.Backoff(failures, TimeSpan.FromSeconds(1), retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, random));

    [Fact]
    public async Task RetryAfter_OfTheReceiver_IsHonoured()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        receiver.Answer = (_, response) =>
        {
            response.Headers.RetryAfter = "600";
            return Status(response, 429);
        };
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(1, Cancelled);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (bench.Outbox.UntilNext() <= LongestLease)
        {
            Assert.False(deadline.IsCancellationRequested, "waited 30 s for the delivery to be postponed for longer than a lease");
            await Task.Delay(10, Cancelled);
        }

        Assert.InRange(bench.Outbox.UntilNext()!.Value, LongestLease, TimeSpan.FromSeconds(600));
    }

    [Fact]
    public async Task Test_OfEveryEvent_SendsItsExampleWithoutWaitingInTheOutbox()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await using var bench = new WebhookBench();
        var webhook = await bench.SubscribeAsync(receiver.Url);
        foreach (var tested in WebhookEvent.All)
        {
            Assert.Equal(new WebhookTestResult(true, 200, "received", null), await bench.Tester.TestAsync(webhook.WebhookId, tested, Cancelled));
            using var json = JsonDocument.Parse(receiver.Calls[^1].Body);
            Assert.Equal(tested.ToString(), $"{json.RootElement.GetProperty("entity")}.{json.RootElement.GetProperty("action")}");
            Assert.NotEmpty(json.RootElement.GetProperty("data").EnumerateObject());
        }

        Assert.Equal(0, bench.Waiting);
    }

    [Fact]
    public async Task Test_OfABrokenReceiver_SaysWhatHappened()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        receiver.Answer = async (_, response) =>
        {
            response.StatusCode = 404;
            await response.WriteAsync(new string('x', 200_000));
        };
        await using var bench = new WebhookBench();
        var webhook = await bench.SubscribeAsync(receiver.Url);
        var result = await bench.Tester.TestAsync(webhook.WebhookId, null, Cancelled);
        Assert.Equal((false, 404, null), (result.Success, result.ResponseStatus, result.ErrorMessage));
        Assert.Equal(64 * 1024, result.ResponseBody!.Length);
    }

    private static Task Status(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    }
}
