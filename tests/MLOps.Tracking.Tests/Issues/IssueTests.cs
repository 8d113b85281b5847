using MLOps.Contracts.Problems;
using MLOps.Tracking.Issues;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Issues;

public class IssueTests : StoreTests
{
    [Fact]
    public async Task Issue_MadeAndChanged_KeepsTheRest()
    {
        await using var store = new OpenStore(DatabaseUri());
        var made = await store.Issues.CreateIssueAsync(New("slow") with { Severity = "high", RootCauses = ["disk", "net"], Categories = ["latency"], CreatedBy = "ada" }, Cancelled);
        await store.RestartAsync();
        var read = await store.Issues.GetIssueAsync(made.IssueId, Cancelled);
        Assert.Equal((made.Name, "pending", "high", "ada", made.CreatedTimestamp), (read.Name, read.Status, read.Severity, read.CreatedBy, read.CreatedTimestamp));
        Assert.Equal(["disk", "net"], read.RootCauses);
        Assert.Equal(["latency"], read.Categories);
        var changed = await store.Issues.UpdateIssueAsync(made.IssueId, new UpdateIssue(null, "because", "resolved", null), Cancelled);
        Assert.Equal(("slow", "because", "resolved", "high"), (changed.Name, changed.Description, changed.Status, changed.Severity));
        Assert.Equal("because", (await store.Issues.GetIssueAsync(made.IssueId, Cancelled)).Description);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Issues.GetIssueAsync("iss-none", Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Issues.UpdateIssueAsync("iss-none", new UpdateIssue("a", null, null, null), Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Issues.CreateIssueAsync(New("a") with { ExperimentId = "99" }, Cancelled)));
    }

    [Fact]
    public async Task Search_PutsTheGravestFirstAndPages()
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var (name, severity) in ((string, string?)[])[("none", null), ("low", "low"), ("high", "high"), ("medium", "medium")])
        {
            await store.Issues.CreateIssueAsync(New(name) with { Severity = severity, Status = name == "low" ? "resolved" : "pending" }, Cancelled);
        }

        var query = new SearchIssues("0", null, 3, null, false);
        var first = await store.Issues.SearchIssuesAsync(query, Cancelled);
        var second = await store.Issues.SearchIssuesAsync(query with { PageToken = first.NextPageToken }, Cancelled);
        Assert.Equal(["high", "medium", "low", "none"], first.Items.Concat(second.Items).Select(issue => issue.Name));
        Assert.Null(second.NextPageToken);
        Assert.Equal(["low"], (await store.Issues.SearchIssuesAsync(query with { Filter = "status = 'resolved'" }, Cancelled)).Items.Select(issue => issue.Name));
        Assert.Empty((await store.Issues.SearchIssuesAsync(query with { ExperimentId = "1" }, Cancelled)).Items);
        Assert.All((await store.Issues.SearchIssuesAsync(query with { CountTraces = true }, Cancelled)).Items, issue => Assert.Equal(0, issue.TraceCount));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Issues.SearchIssuesAsync(query with { Filter = "name = 'low'" }, Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Issues.SearchIssuesAsync(query with { Filter = "status LIKE 'r%'" }, Cancelled)));
    }

    private static CreateIssue New(string name) => new("0", name, "description", "pending", null, [], null, [], null);

    private static async Task<ProblemCode> CodeAsync(Func<Task> action) => (await Assert.ThrowsAsync<MLOpsException>(action)).Code;
}
