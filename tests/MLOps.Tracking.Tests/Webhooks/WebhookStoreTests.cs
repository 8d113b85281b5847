using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

public class WebhookStoreTests : StoreTests
{
    private static readonly WebhookEvent VersionCreated = WebhookEvent.Of(WebhookEntity.ModelVersion, WebhookAction.Created);
    private static readonly WebhookEvent ModelCreated = WebhookEvent.Of(WebhookEntity.RegisteredModel, WebhookAction.Created);

    [Fact]
    public async Task Webhook_CreatedAndReadAfterARestart_IsTheSame()
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
        var created = await bench.Webhooks.CreateWebhookAsync(
            new CreateWebhook("hook", "http://localhost:1/x", [ModelCreated, VersionCreated, ModelCreated], "what for", "secret", WebhookStatus.Disabled),
            Cancelled);
        await bench.RestartAsync();
        var read = await bench.Webhooks.GetWebhookAsync(created.WebhookId, Cancelled);
        Assert.Equal([VersionCreated, ModelCreated], read.Events);
        Assert.Equal(created with { Events = read.Events }, read);
        Assert.Equal(("hook", "what for", "http://localhost:1/x", WebhookStatus.Disabled), (read.Name, read.Description, read.Url, read.Status));
        Assert.Equal(read.CreationTimestamp, read.LastUpdatedTimestamp);
    }

    [Fact]
    public async Task Update_OfSomeFields_KeepsTheOthersAndMovesTheTime()
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
        var old = await bench.Webhooks.CreateWebhookAsync(new CreateWebhook("hook", "http://localhost:1/", [VersionCreated], "d", "old", WebhookStatus.Active), Cancelled);
        var renamed = await bench.Webhooks.UpdateWebhookAsync(old.WebhookId, new UpdateWebhook("renamed", null, null, null, null, null), Cancelled);
        Assert.True(renamed.LastUpdatedTimestamp > old.LastUpdatedTimestamp);
        Assert.Equal(old with { Name = "renamed", Events = renamed.Events, LastUpdatedTimestamp = renamed.LastUpdatedTimestamp }, renamed);
        Assert.Equal("old", bench.Webhooks.FindTarget(old.WebhookId, activeOnly: true)!.Secret);
        var changed = await bench.Webhooks.UpdateWebhookAsync(
            old.WebhookId,
            new UpdateWebhook(null, "http://localhost:2/", [ModelCreated], "other", "new", WebhookStatus.Disabled),
            Cancelled);
        Assert.Equal(("renamed", "http://localhost:2/", "other", WebhookStatus.Disabled), (changed.Name, changed.Url, changed.Description, changed.Status));
        Assert.Equal([ModelCreated], changed.Events);
        Assert.Null(bench.Webhooks.FindTarget(old.WebhookId, activeOnly: true));
        Assert.Equal("new", bench.Webhooks.FindTarget(old.WebhookId, activeOnly: false)!.Secret);
    }

    [Fact]
    public async Task Delete_KeepsTheRowAndHidesIt()
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
        var webhook = await bench.SubscribeAsync("http://localhost:1/");
        await bench.Webhooks.DeleteWebhookAsync(webhook.WebhookId, Cancelled);
        Assert.Empty((await bench.Webhooks.ListWebhooksAsync(10, null, Cancelled)).Items);
        foreach (var call in (Func<Task>[])[
            () => bench.Webhooks.GetWebhookAsync(webhook.WebhookId, Cancelled),
            () => bench.Webhooks.DeleteWebhookAsync(webhook.WebhookId, Cancelled),
            () => bench.Webhooks.UpdateWebhookAsync(webhook.WebhookId, new UpdateWebhook("x", null, null, null, null, null), Cancelled)])
        {
            var missing = await Assert.ThrowsAsync<MLOpsException>(call);
            Assert.Equal((ProblemCode.NotFound, $"Webhook with ID {webhook.WebhookId} not found."), (missing.Code, missing.Message));
        }

        Assert.NotNull(bench.Store.Database.Read(session => session.Scalar("SELECT deleted_timestamp FROM webhooks WHERE webhook_id = $0", webhook.WebhookId)));
    }

    [Fact]
    public async Task List_InPages_GivesEachOnce()
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
        var ids = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await bench.SubscribeAsync("http://localhost:1/")).WebhookId);
        }

        var listed = new List<string>();
        string? token = null;
        do
        {
            var page = await bench.Webhooks.ListWebhooksAsync(2, token, Cancelled);
            listed.AddRange(page.Items.Select(webhook => webhook.WebhookId));
            token = page.NextPageToken;
        }
        while (token is not null);
        Assert.Equal(5, listed.Count);
        Assert.Equal(ids, [.. listed]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task List_OfAnImpossibleSize_IsRefused(int size)
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
        Assert.Equal("max_results must be between 1 and 1000.", (await Assert.ThrowsAsync<MLOpsException>(() => bench.Webhooks.ListWebhooksAsync(size, null, Cancelled))).Message);
    }

    [Fact]
    public async Task Secret_InTheDatabase_IsAFernetTokenOfTheConfiguredKey()
    {
        var key = Fernet.NewKey();
        await using var bench = new WebhookBench(options => options.SecretEncryptionKey = key, database: DatabaseUri());
        var webhook = await bench.SubscribeAsync("http://localhost:1/", "very secret");
        var stored = (string)bench.Store.Database.Read(session => session.Scalar("SELECT secret FROM webhooks WHERE webhook_id = $0", webhook.WebhookId))!;
        Assert.DoesNotContain("very secret", stored, StringComparison.Ordinal);
        Assert.Equal("very secret", new Fernet(Fernet.TryParseKey(key)!).TryDecrypt(stored));
        Assert.False(File.Exists(Path.Combine(bench.DataDirectory, WebhookSecrets.KeyFile)));
    }

    [Fact]
    public async Task Secret_WithoutAConfiguredKey_SurvivesARestartByAKeyFileOfTheOwnerAlone()
    {
        await using var bench = new WebhookBench(database: DatabaseUri());
        var webhook = await bench.SubscribeAsync("http://localhost:1/", "very secret");
        var file = Path.Combine(bench.DataDirectory, WebhookSecrets.KeyFile);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var again = new WebhookSecrets(Options.Create(bench.Values), Options.Create(new TrackingOptions { DataDirectory = bench.DataDirectory }), TimeProvider.System);
        var stored = (string)bench.Store.Database.Read(session => session.Scalar("SELECT secret FROM webhooks WHERE webhook_id = $0", webhook.WebhookId))!;
        Assert.Equal("very secret", again.Decrypt(stored));
        Assert.Single(Directory.GetFiles(bench.DataDirectory));
    }
}
