using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

/// <summary>Which changes raise which events, and that none is lost or made up.</summary>
public class OutboxTests : StoreTests
{
    private static readonly KeyValue Prompt = new("mlflow.prompt.is_prompt", "true");

    [Fact]
    public async Task RegistryChanges_OfAModel_ArriveAsMlflowsEvents()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await using var bench = new WebhookBench(options => options.MaxConcurrency = 1, database: DatabaseUri());
        await bench.SubscribeAsync(receiver.Url + "/hook");
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("m", "about m", [new("k", "v")], Cancelled);
        await bench.Registry.CreateModelVersionAsync("m", new CreateModelVersion("s3://b/p", "r1", null, "about 1", [new("t", "1")]), Cancelled);
        await bench.Registry.CreateModelVersionAsync("m", new CreateModelVersion("s3://b/q", null, null, null, []), Cancelled);
        await bench.Registry.SetModelVersionTagAsync("m", 1, "key", "välue", Cancelled);
        await bench.Registry.DeleteModelVersionTagAsync("m", 1, "key", Cancelled);
        await bench.Registry.SetAliasAsync("m", "champion", 1, cancellationToken: Cancelled);
        await bench.Registry.DeleteAliasAsync("m", "champion", cancellationToken: Cancelled);
        await bench.Registry.SetRegisteredModelTagAsync("m", "no", "event", Cancelled);
        await receiver.WaitAsync(7, Cancelled);
        await bench.DrainAsync();
        Assert.Equal(
            Sorted(
                """registered_model.created {"name":"m","tags":{"k":"v"},"description":"about m"}""",
                """model_version.created {"name":"m","version":"1","source":"s3://b/p","run_id":"r1","tags":{"t":"1"},"description":"about 1"}""",
                """model_version.created {"name":"m","version":"2","source":"s3://b/q","run_id":null,"tags":{},"description":null}""",
                """model_version_tag.set {"name":"m","version":"1","key":"key","value":"välue"}""",
                """model_version_tag.deleted {"name":"m","version":"1","key":"key"}""",
                """model_version_alias.created {"name":"m","alias":"champion","version":"1"}""",
                """model_version_alias.deleted {"name":"m","alias":"champion"}"""),
            Events(receiver));
    }

    [Fact]
    public async Task RegistryChanges_OfAPrompt_ArriveAsPromptEvents()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await using var bench = new WebhookBench(database: DatabaseUri());
        await bench.SubscribeAsync(receiver.Url);
        await bench.StartDeliveringAsync();
        await bench.Registry.CreateRegisteredModelAsync("p", null, [Prompt, new("k", "v")], Cancelled);
        await bench.Registry.CreateModelVersionAsync("p", new CreateModelVersion("prompt-template", null, null, "first", [Prompt, new("mlflow.prompt.text", "Hi {{x}}"), new("_mlflow_prompt_type", "text"), new("t", "1")]), Cancelled);
        await bench.Registry.SetRegisteredModelTagAsync("p", "a", "b", Cancelled);
        await bench.Registry.DeleteRegisteredModelTagAsync("p", "a", Cancelled);
        await bench.Registry.SetModelVersionTagAsync("p", 1, "c", "d", Cancelled);
        await bench.Registry.DeleteModelVersionTagAsync("p", 1, "c", Cancelled);
        await bench.Registry.SetAliasAsync("p", "live", 1, cancellationToken: Cancelled);
        await bench.Registry.DeleteAliasAsync("p", "live", cancellationToken: Cancelled);
        await receiver.WaitAsync(8, Cancelled);
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
    public async Task Outbox_OfAProcessThatDied_IsDeliveredByTheNext()
    {
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await using var bench = new WebhookBench(database: DatabaseUri());
        await bench.SubscribeAsync(receiver.Url);
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await bench.Registry.CreateModelVersionAsync("m", new CreateModelVersion("s3://b/p", null, null, null, []), Cancelled);
        Assert.Equal(2, bench.Waiting);
        await bench.RestartAsync();
        await bench.StartDeliveringAsync();
        await receiver.WaitAsync(2, Cancelled);
        await bench.DrainAsync();
    }

    [Fact]
    public async Task Claim_OfAProcessThatDied_ComesBackWhenItsLeaseEnds()
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
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
        await using var bench = new WebhookBench(database: DatabaseUri());
        await bench.SubscribeAsync("http://localhost:1/");
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await Assert.ThrowsAsync<MLOpsException>(() => bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled));
        await Assert.ThrowsAsync<MLOpsException>(() => bench.Registry.SetAliasAsync("m", "a", 7, cancellationToken: Cancelled));
        Assert.Equal(1, bench.Waiting);
    }

    [Fact]
    public async Task Event_WithoutAnActiveSubscriber_WaitsForNobody()
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
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
        await using var receiver = await Receiver.StartAsync(Cancelled);
        await using var bench = new WebhookBench(database: DatabaseUri());
        var webhook = await bench.SubscribeAsync(receiver.Url);
        await bench.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        await bench.Webhooks.UpdateWebhookAsync(webhook.WebhookId, new UpdateWebhook(null, null, null, null, null, WebhookStatus.Disabled), Cancelled);
        await bench.StartDeliveringAsync();
        await bench.DrainAsync();
        Assert.Empty(receiver.Calls);
    }

    private static string[] Sorted(params string[] events) => [.. events.Order(StringComparer.Ordinal)];

    private static string[] Events(Receiver receiver) => Sorted([.. receiver.Calls.Select(call =>
    {
        using var json = JsonDocument.Parse(call.Body);
        var root = json.RootElement;
        return $"{root.GetProperty("entity")}.{root.GetProperty("action")} {root.GetProperty("data").GetRawText()}";
    })]);
}
