// Tracks a run with the npm package mlflow, as its readme shows, and prints what the client was given: one JSON object in the last line.
// Arguments: the server's address.
'use strict'
const MLflow = require('mlflow')
const { MLflowBase } = require('mlflow/lib/mlflow')
const { RunStatus, ViewType } = require('mlflow/enum')

// The package has no registry: its own request code, pointed at those routes, the way its other parts are.
class Registry extends MLflowBase {
  constructor(args) {
    super(args)
    this.path = ''
  }
}

// All ids of a search, page by page, and how many pages there were.
async function allPages(search, query) {
  const ids = []
  let pages = 0
  let page_token
  do {
    const page = await search({ ...query, page_token })
    ids.push(...(page.runs || []).map((r) => r.info.run_id))
    page_token = page.next_page_token
    pages++
  } while (page_token)
  return { ids, pages }
}

async function main(endpoint) {
  const { Experiments, Runs, Metrics, Artifacts } = new MLflow({ endpoint })
  const registry = new Registry({ endpoint })

  const { experiment_id } = await Experiments.create({ name: 'from-npm' })
  // Not Experiments.setExperimentTag: version 2.0.7 forgets the slash before the route's last part, on any server.
  await registry.req('post', '/experiments/set-experiment-tag', { experiment_id, key: 'client', value: 'npm' })
  const { experiment } = await Experiments.get({ experiment_id })

  const { run } = await Runs.create({ experiment_id, user_id: 'ana', start_time: Date.now(), tags: [{ key: 'mlflow.runName', value: 'npm-run' }] })
  const run_id = run.info.run_id
  for (let step = 0; step < 5; step++) {
    await Runs.logMetric({ run_id, key: 'loss', value: 1 / (step + 1), timestamp: 1000 + step, step })
  }
  await Runs.logParameter({ run_id, key: 'lr', value: '0.001' })
  await Runs.setTag({ run_id, key: 'stage', value: 'draft' })
  await Runs.setTag({ run_id, key: 'gone', value: 'soon' })
  await Runs.deleteTag({ run_id, key: 'gone' })
  await Runs.logBatch({
    run_id,
    metrics: [{ key: 'auc', value: 0.75, timestamp: 2000, step: 0 }],
    params: [{ key: 'model', value: 'tcn' }],
    tags: [{ key: 'desk', value: 'rates' }],
  })
  await Runs.update({ run_id, status: RunStatus.FINISHED, end_time: Date.now() })

  const found = await Runs.search({
    experiment_ids: [experiment_id],
    filter: "metrics.auc > 0.7 and params.model = 'tcn'",
    run_view_type: ViewType.ACTIVE_ONLY,
    order_by: ['metrics.loss ASC'],
    max_results: 10,
  })
  const none = await Runs.search({ experiment_ids: [experiment_id], filter: 'metrics.auc > 0.8' })
  const scores = [0.3, 0.1, 0.5, 0.2, 0.4]
  for (const [i, score] of scores.entries()) {
    const { run: trial } = await Runs.create({ experiment_id, user_id: 'ana', start_time: i, tags: [{ key: 'kind', value: 'Trial' }] })
    await Runs.logBatch({ run_id: trial.info.run_id, metrics: [{ key: 'score', value: score, timestamp: 1, step: 0 }], params: [{ key: 'score', value: String(score) }], tags: [] })
  }
  const trials = await allPages((query) => Runs.search(query), {
    experiment_ids: [experiment_id],
    filter: "tags.kind ILIKE 'trial'",
    order_by: ['metrics.score DESC'],
    max_results: 2,
  })
  const ranked = []
  for (const id of trials.ids) {
    ranked.push(Number((await Runs.get({ run_id: id })).run.data.params[0].value))
  }
  const wrong = await Runs.search({ experiment_ids: [experiment_id], filter: 'metrics.score > 0 OR tags.kind = 1' }).then(() => null, (e) => e.message)
  const history = await Metrics.getHistory({ run_id, metric_key: 'loss' })
  const files = await Artifacts.list({ run_id, path: '' })
  const refused = await Runs.logParameter({ run_id, key: 'lr', value: '0.002' }).then(() => null, (e) => e.message)

  await registry.req('post', '/registered-models/create', { name: 'npm-model' })
  const { model_version } = await registry.req('post', '/model-versions/create', {
    name: 'npm-model', source: `${run.info.artifact_uri}/model`, run_id,
  })
  const moved = await registry.req('post', '/model-versions/transition-stage', {
    name: 'npm-model', version: model_version.version, stage: 'Production', archive_existing_versions: false,
  })

  return {
    experiment_id,
    experiment_name: experiment.name,
    run_id,
    found: (found.runs || []).map((r) => r.info.run_id),
    none: (none.runs || []).length,
    ranked,
    pages: trials.pages,
    wrong,
    history: history.metrics.map((m) => m.value),
    root: files.root_uri,
    refused,
    version: model_version.version,
    stage: moved.model_version.current_stage,
  }
}

main(process.argv[2]).then(
  (result) => console.log(JSON.stringify(result)),
  (error) => {
    console.error(error)
    process.exitCode = 1
  },
)
