// Which status pages are known to have which form: facts about other people's pages, from public lists, documentation
// and memory, not fetched by us. A page that turns out to be something else is looked at anew when it is read.
import type { FormName } from './forms.ts';

/** Hosts whose page answers as Atlassian Statuspage does (made with it, or imitating it as incident.io does). */
const statuspageHosts = `
status.1password.com status.8x8.com status.ably.com status.activecampaign.com status.agora.io status.airbyte.com status.airtable.com status.aiven.io status.alchemy.com
status.apollo.io status.arlo.com status.asana.com status.assemblyai.com status.atlassian.com status.backblaze.com status.bigcommerce.com
status.bitrise.io status.bitwarden.com status.box.com status.braintreepayments.com status.brevo.com status.brex.com status.browserstack.com status.buffer.com
status.bugsnag.com status.bunny.net status.bunq.com status.canonical.com status.cash.app status.cfx.re status.character.ai status.chargebee.com status.checkout.com
status.chromatic.com status.circleci.com status.claude.com status.clerk.com status.clever.com status.clickhouse.com status.close.com status.cloudinary.com
status.cloudsmith.io status.clover.com status.cockroachlabs.cloud status.coda.io status.codecov.com status.codemagic.io status.codesandbox.io status.cohere.com
status.coinbase.com status.confluent.cloud status.constantcontact.com status.convex.dev status.crates.io status.crypto.com status.cursor.com status.customer.io
status.d2l.com status.daily.co status.dashlane.com status.datadoghq.com status.deepgram.com status.deepseek.com status.dialpad.com status.digitalocean.com status.disqus.com
status.docusign.com status.dropbox.com status.duo.com status.duolingo.com status.ecobee.com status.egnyte.com status.elastic.co status.elevenlabs.io status.epicgames.com
status.evernote.com status.expo.dev status.figma.com status.fireworks.ai status.fivetran.com status.flyio.net status.fullstory.com status.getdbt.com
status.godaddy.com status.gong.io status.gradescope.com status.grafana.com status.grammarly.com status.greenhouse.io status.gusto.com status.hackerrank.com
status.hashicorp.com status.hellosign.com status.helpscout.com status.hex.pm status.honeycomb.io status.hootsuite.com status.hotjar.com status.hubspot.com status.id.me
status.ifttt.com status.imperva.com status.incident.io status.infura.io status.inngest.com status.instructure.com status.invisionapp.com status.iterable.com
status.jetbrains.com status.jfrog.io status.jumpcloud.com status.kickstarter.com status.kinsta.com status.kit.com status.klarna.com status.klaviyo.com status.kraken.com
status.lambdatest.com status.lastpass.com status.launchdarkly.com status.life360.com status.lightspeedhq.com status.linktr.ee status.loggly.com status.login.gov
status.logz.io status.lucid.co status.mailerlite.com status.mailgun.com status.mailjet.com status.make.com status.marqeta.com status.maven.org status.medium.com
status.mentimeter.com status.messagebird.com status.metamask.io status.mintlify.com status.miro.com status.mollie.com status.monday.com status.mongodb.com status.monzo.com
status.mux.com status.newrelic.com status.npmjs.org status.onepeloton.com status.onesignal.com status.openai.com status.opensea.io status.optimizely.com status.outreach.io
status.overleaf.com status.pandadoc.com status.pantheon.io status.patreon.com status.paystack.com status.pinecone.io status.pingdom.com status.pingidentity.com
status.plaid.com status.playfab.com status.plex.tv status.plivo.com status.pluralsight.com status.postman.com status.productboard.com status.proton.me status.pubnub.com
status.publishing.service.gov.uk status.pulumi.com status.pusher.com status.python.org status.quay.io status.quickbooks.intuit.com status.razorpay.com status.recurly.com
status.redhat.com status.redis.io status.render.com status.ring.com status.robinhood.com status.rollbar.com status.rubygems.org status.rudderstack.com status.sage.com
status.salesloft.com status.saucelabs.com status.scaleway.com status.segment.com status.semaphoreci.com status.sentry.io status.shortcut.com status.singlestore.com
status.smartsheet.com status.smartthings.com status.snapcraft.io status.snowflake.com status.snyk.io status.solana.com status.sonarsource.com status.sonos.com
status.sparkpost.com status.sproutsocial.com status.squarespace.com status.strava.com status.stytch.com status.sumologic.com status.supabase.com status.tailscale.com
status.teamviewer.com status.teamwork.com status.telnyx.com status.temporal.io status.timescale.com status.toasttab.com status.toggl.com status.turso.tech status.twilio.com
status.twitch.com status.twitch.tv status.typeform.com status.udemy.com status.unity.com status.upcloud.com status.upstash.com status.vrchat.com status.wandb.com
status.wasabi.com status.webflow.com status.windsurf.com status.wise.com status.wistia.com status.wix.com status.workos.com status.wrike.com status.xero.com
status.zapier.com status.zeplin.io status.zoom.us status.zwift.com
denostatus.com discordstatus.com dnsimplestatus.com fastmailstatus.com groqstatus.com issquareup.com linearstatus.com metastatuspage.com
paddlestatus.com resend-status.com statuspage.hostinger.com statuspage.keeper.io wpenginestatus.com www.akamaistatus.com www.blockchain-status.com
www.buildkitestatus.com www.calendlystatus.com www.canvastatus.com www.cloudflarestatus.com www.contentfulstatus.com www.cypressstatus.com www.deeplstatus.com
www.dreamhoststatus.com www.etsystatus.com www.faceitstatus.com www.gitbookstatus.com www.githubstatus.com www.gitpodstatus.com www.gocardless-status.com
www.intercomstatus.com www.issquareup.com www.mixpanelstatus.com www.netlifystatus.com www.notion-status.com www.pintereststatus.com www.planetscalestatus.com
www.readmestatus.com www.redditstatus.com www.replicatestatus.com www.sanity-status.com www.shopifystatus.com www.stackstatus.net www.status-ovhcloud.com
www.traviscistatus.com www.vercel-status.com www.vimeostatus.com www.wikimediastatus.net status.amplitude.com
status.surveymonkey.com status.retool.com status.sinch.com status.packagist.org status.imgix.com status.aircall.io status.splunkcloud.com status.gorgias.com status.rippling.com status.affirm.com status.qualtrics.com
`;

/** A known page by its host, and where it lies if not under its own address. */
export interface KnownPage {
  readonly form: FormName;
  /** Where its data lies; absent: under the page's own address. */
  readonly at?: string;
}

const statusIo = (id: string): KnownPage => ({ form: 'status-io', at: `https://api.status.io/1.0/status/${id}` });

/** By host, or host and path where several pages share a host. */
export const knownPages: ReadonlyMap<string, KnownPage> = new Map<string, KnownPage>([
  ...statuspageHosts.split(/\s+/).filter((host) => host !== '').map((host): [string, KnownPage] => [host, { form: 'statuspage' }]),
  ['status.stripe.com', { form: 'statuspage', at: 'https://www.stripestatus.com' }],
  ['status.perplexity.com', { form: 'instatus' }],
  ['status.todoist.net', { form: 'instatus' }],
  ['status.whereby.com', { form: 'instatus' }],
  ['status.betterstack.com', { form: 'better-stack' }],
  ['status.gitlab.com', statusIo('5b36dc6502d06804c08349f7')],
  ['status.roblox.com', statusIo('59db90dbcdeb2f04dadcf16d')],
  ['www.dockerstatus.com', statusIo('533c6539221ae15e3f000031')],
  ['status.clickup.com', statusIo('5b6e0963c662144d00913a09')],
  ['status.discourse.org', statusIo('5e2141ce30dc5c04b3ac32fc')],
  ['neonstatus.com', statusIo('6878fc85709daa75be6c7e3c')],
  ['letsencrypt.status.io', statusIo('55957a99e800baa4470002da')],
  ['status.cloud.google.com', { form: 'google' }],
  ['status.search.google.com', { form: 'google' }],
  ['status.play.google.com', { form: 'google' }],
  ['www.google.com/appsstatus/dashboard', { form: 'google' }],
  ['health.aws.amazon.com', { form: 'aws', at: 'https://health.aws.amazon.com/public/currentevents' }],
  ['azure.status.microsoft', { form: 'azure', at: 'https://azure.status.microsoft/en-us/status/feed/' }],
  ['slack-status.com', { form: 'slack' }],
  ['status.slack.com', { form: 'slack' }],
  ['www.apple.com/support/systemstatus', { form: 'apple', at: 'https://www.apple.com/support/systemstatus/data/system_status_en_US.js' }],
  ['status.heroku.com', { form: 'heroku' }],
  ['metastatus.com', { form: 'meta', at: 'https://metastatus.com/data/orgs.json' }],
  ['status.mistral.ai', { form: 'feed', at: 'https://status.mistral.ai/feed.rss' }],
  ['status.x.ai', { form: 'feed', at: 'https://status.x.ai/feed.xml' }],
  ['www.paypal-status.com', { form: 'feed', at: 'https://www.paypal-status.com/feed/atom' }],
  ['ocistatus.oraclecloud.com', { form: 'feed', at: 'https://ocistatus.oraclecloud.com/api/v2/incident-summary.rss' }],
  ['automatticstatus.com', { form: 'feed', at: 'https://automatticstatus.com/rss' }],
  ['us.zohostatus.com', { form: 'feed', at: 'https://us.zohostatus.com/rss' }],
  ['status.bitly.com', { form: 'feed', at: 'https://status.bitly.com/history.atom' }],
  ['status.robertsspaceindustries.com', { form: 'feed', at: 'https://status.robertsspaceindustries.com/index.xml' }],
  ['status.bamboohr.com', { form: 'feed', at: 'https://status.bamboohr.com/pages/54f0de009d6f51e7140002b7/rss' }],
]);
