using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

public sealed class DeliveryTests
{
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(2);

    private static readonly KeyValue Prompt = new("mlflow.prompt.is_prompt", "true");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RegistryChanges_OfAModel_ArriveAsMlflowsEvents()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new WebhookBench(options => options.MaxConcurrency = 1);
        await bench.SubscribeAsync(receiver.Url + "/hook");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", "about m", [new("k", "v")], Cancelled);
        await bench.Registry.CreateModelVersionAsync("m", new CreateModelVersion("s3://b/p", "r1", null, "about 1", [new("t", "1")]), Cancelled);
        await bench.Registry.CreateModelVersionAsync("m", new CreateModelVersion("s3://b/q", null, null, null, []), Cancelled);
        await bench.Registry.SetModelVersionTagAsync("m", 1, "key", "välue", Cancelled);
        await bench.Registry.DeleteModelVersionTagAsync("m", 1, "key", Cancelled);
        await bench.Registry.SetAliasAsync("m", "champion", 1, Cancelled);
        await bench.Registry.DeleteAliasAsync("m", "champion", Cancelled);
        await bench.Registry.SetRegisteredModelTagAsync("m", "no", "event", Cancelled);
        await receiver.WaitAsync(7);
        await bench.DrainAsync();
        Assert.Equal(
            Sorted(
                """registered_model.created {"name":"m","tags":{"k":"v"},"description":"about m"}""",
                """model_version.created {"name":"m","version":"1","source":"s3://b/p","run_id":"r1","tags":{"t":"1"},"description":"about 1"}""",
                """model_version.created {"name":"m","version":"2","source":"s3://b/q","run_id":null,"tags":{},"description":null}""",
                """model_version_tag.set {"name":"m","version":"1","key":"key","value":"v\u00E4lue"}""",
                """model_version_tag.deleted {"name":"m","version":"1","key":"key"}""",
                """model_version_alias.created {"name":"m","alias":"champion","version":"1"}""",
                """model_version_alias.deleted {"name":"m","alias":"champion"}"""),
            Events(receiver));
    }

    [Fact]
    public async Task RegistryChanges_OfAPrompt_ArriveAsPromptEvents()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("p", null, [Prompt, new("k", "v")], Cancelled);
        await bench.Registry.CreateModelVersionAsync("p", new CreateModelVersion("prompt-template", null, null, "first", [Prompt, new("mlflow.prompt.text", "Hi {{x}}"), new("t", "1")]), Cancelled);
        await bench.Registry.SetRegisteredModelTagAsync("p", "a", "b", Cancelled);
        await bench.Registry.DeleteRegisteredModelTagAsync("p", "a", Cancelled);
        await bench.Registry.SetModelVersionTagAsync("p", 1, "c", "d", Cancelled);
        await bench.Registry.DeleteModelVersionTagAsync("p", 1, "c", Cancelled);
        await bench.Registry.SetAliasAsync("p", "live", 1, Cancelled);
        await bench.Registry.DeleteAliasAsync("p", "live", Cancelled);
        await receiver.WaitAsync(8);
        await bench.DrainAsync();
        Assert.Equal(
            Sorted(
                """prompt.created {"name":"p","tags":{"k":"v"},"description":""}""",
                """prompt_version.created {"name":"p","version":"1","template":"Hi {{x}}","tags":{"t":"1"},"description":"first"}""",
                """prompt_tag.set {"name":"p","key":"a","value":"b"}""",
                """prompt_tag.deleted {"name":"p","key":"a"}""",
                """prompt_version_tag.set {"name":"p","version":"1","key":"c","value":"d"}""",
                """prompt_version_tag.deleted {"name":"p","version":"1","key":"c"}""",
                """prompt_alias.created {"name":"p","alias":"live","version":"1"}""",
                """prompt_alias.deleted {"name":"p","alias":"live"}"""),
            Events(receiver));
    }

    [Fact]
    public async Task Delivery_WithASecret_IsSignedOverWhatWasSent()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url + "/secure?x=1", "test-secret-key");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        var call = Assert.Single(await receiver.WaitAsync(1));
        Assert.Equal("/secure", call.Path);
        Assert.Equal("application/json", call.Headers["Content-Type"]);
        Assert.True(Guid.TryParse(call.Headers["X-MLflow-Delivery-Id"], out _));
        Assert.True(long.TryParse(call.Headers["X-MLflow-Timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out _));
        using var mac = new HMACSHA256("test-secret-key"u8.ToArray());
        var expected = mac.ComputeHash(Encoding.UTF8.GetBytes($"{call.Headers["X-MLflow-Delivery-Id"]}.{call.Headers["X-MLflow-Timestamp"]}.{call.Body}"));
        Assert.Equal("v1," + Convert.ToBase64String(expected), call.Headers["X-MLflow-Signature"]);
        using var json = JsonDocument.Parse(call.Body);
        Assert.EndsWith("+00:00", json.RootElement.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_WithoutASecret_IsNotSigned()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        Assert.DoesNotContain("X-MLflow-Signature", Assert.Single(await receiver.WaitAsync(1)).Headers.Keys);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Delivery_RefusedForNow_ComesAgainWithTheSameIdAndBody(int status)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (call, response) => Status(response, call < 2 ? status : 200);
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url, "s");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(3);
        await bench.DrainAsync();
        Assert.Equal(3, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(call => (call.Headers["X-MLflow-Delivery-Id"], call.Body)).Distinct());
    }

    [Fact]
    public async Task Delivery_RefusedForEver_EndsAfterTheRetries()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, response) => Status(response, 500);
        await using var bench = new WebhookBench(options => options.MaxRetries = 2);
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(3);
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
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, response) =>
        {
            response.Headers.Location = receiver.Url + "/elsewhere";
            return Status(response, status);
        };
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url + "/here");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(1);
        await bench.DrainAsync();
        Assert.Equal("/here", Assert.Single(receiver.Calls).Path);
    }

    [Fact]
    public async Task Delivery_ToAReceiverThatIsDown_ArrivesWhenItIsUp()
    {
        var free = await Receiver.StartAsync();
        var url = free.Url;
        await free.DisposeAsync();
        await using var bench = new WebhookBench(options => options.MaxRetries = 1);
        var webhook = await bench.SubscribeAsync(url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await bench.DrainAsync();
        await using var receiver = await Receiver.StartAsync();
        await bench.Webhooks.UpdateWebhookAsync(webhook.WebhookId, new UpdateWebhook(null, receiver.Url, null, null, null, null), Cancelled);
        await bench.Registry.CreateRegisteredModelAsync("n", null, [], Cancelled);
        Assert.Contains("\"name\":\"n\"", Assert.Single(await receiver.WaitAsync(1)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_ToAReceiverThatHangs_IsRetriedAfterTheTimeout()
    {
        await using var receiver = await Receiver.StartAsync();
        using var release = new CancellationTokenSource();
        receiver.Answer = (call, response) => call > 0 ? Status(response, 200) : Task.Delay(Timeout.Infinite, response.HttpContext.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var bench = new WebhookBench(options => options.RequestTimeout = TimeSpan.FromMilliseconds(200));
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(2);
        await bench.DrainAsync();
    }

    [Fact]
    public async Task Outbox_OfAProcessThatDied_IsDeliveredByTheNext()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url);
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await bench.Registry.CreateModelVersionAsync("m", new CreateModelVersion("s3://b/p", null, null, null, []), Cancelled);
        Assert.Equal(2, bench.Waiting);
        await bench.RestartAsync();
        await bench.StartDeliveringAsync();
        await receiver.WaitAsync(2);
        await bench.DrainAsync();
    }

    [Fact]
    public async Task Claim_OfAProcessThatDied_ComesBackWhenItsLeaseEnds()
    {
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync("http://localhost:1/");
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        var claimed = Assert.Single(await bench.Outbox.ClaimAsync(10, TimeSpan.FromHours(1), Cancelled));
        Assert.Empty(await bench.Outbox.ClaimAsync(10, TimeSpan.FromHours(1), Cancelled));
        await bench.Outbox.PostponeAsync(claimed.DeliveryId, 0, TimeProvider.System.GetUtcNow(), Cancelled);
        Assert.Equal(claimed, Assert.Single(await bench.Outbox.ClaimAsync(10, TimeSpan.Zero, Cancelled)));
        Assert.Equal(claimed, Assert.Single(await bench.Outbox.ClaimAsync(10, TimeSpan.FromHours(1), Cancelled)));
    }

    [Fact]
    public async Task Change_ThatFails_RaisesNoEvent()
    {
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync("http://localhost:1/");
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await Assert.ThrowsAsync<MLOps.Contracts.Problems.MLOpsException>(() => bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled));
        await Assert.ThrowsAsync<MLOps.Contracts.Problems.MLOpsException>(() => bench.Registry.SetAliasAsync("m", "a", 7, Cancelled));
        Assert.Equal(1, bench.Waiting);
    }

    [Fact]
    public async Task Event_WithoutAnActiveSubscriber_WaitsForNobody()
    {
        await using var bench = new WebhookBench();
        var disabled = await bench.SubscribeAsync("http://localhost:1/");
        await bench.Webhooks.UpdateWebhookAsync(disabled.WebhookId, new UpdateWebhook(null, null, null, null, null, WebhookStatus.Disabled), Cancelled);
        await bench.SubscribeAsync("http://localhost:1/", null, WebhookEvent.Of(WebhookEntity.Prompt, WebhookAction.Created));
        var deleted = await bench.SubscribeAsync("http://localhost:1/");
        await bench.Webhooks.DeleteWebhookAsync(deleted.WebhookId, Cancelled);
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        Assert.Equal(0, bench.Waiting);
    }

    [Fact]
    public async Task Delivery_OfAWebhookDisabledMeanwhile_IsDropped()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new WebhookBench();
        var webhook = await bench.SubscribeAsync(receiver.Url);
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await bench.Webhooks.UpdateWebhookAsync(webhook.WebhookId, new UpdateWebhook(null, null, null, null, null, WebhookStatus.Disabled), Cancelled);
        await bench.StartDeliveringAsync();
        await bench.DrainAsync();
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task Connection_ToANameThatHasTurnedPrivate_IsRefusedAndNotRetried()
    {
        await using var receiver = await Receiver.StartAsync();
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
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, response) =>
        {
            response.Headers.RetryAfter = "600";
            return Status(response, 429);
        };
        await using var bench = new WebhookBench();
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await receiver.WaitAsync(1);
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
        await using var receiver = await Receiver.StartAsync();
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
        await using var receiver = await Receiver.StartAsync();
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

    private static string[] Sorted(params string[] events) => [.. events.Order(StringComparer.Ordinal)];

    private static string[] Events(Receiver receiver) => Sorted([.. receiver.Calls.Select(call =>
    {
        using var json = JsonDocument.Parse(call.Body);
        var root = json.RootElement;
        return $"{root.GetProperty("entity")}.{root.GetProperty("action")} {root.GetProperty("data").GetRawText()}";
    })]);
}
