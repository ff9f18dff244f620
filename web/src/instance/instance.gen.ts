// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { ApplicationsQuery, ApplicationsQueryVariables, CreateOrganizationMutation, CreateOrganizationMutationVariables, OrganizationsOfInstanceQuery, OrganizationsOfInstanceQueryVariables, ReviewMutation, ReviewMutationVariables, SetPlanMutation, SetPlanMutationVariables, SetUpMutation, SetUpMutationVariables } from '../api/types.gen.ts';

export const ApplicationsDocument = text<ApplicationsQuery, ApplicationsQueryVariables>(
  "query Applications($state:ApplicationState$after:String){featureApplications(state:$state first:25 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{id company reason state refusal createdAt hasPlan hasCorporateAddress isEligible person{id name email}}}}}",
);
export const ReviewDocument = text<ReviewMutation, ReviewMutationVariables>(
  "mutation Review($id:ID!$approve:Boolean!$refusal:String){reviewFeatureApplication(input:{applicationId:$id approve:$approve refusal:$refusal}){applicationId}}",
);
export const OrganizationsOfInstanceDocument = text<OrganizationsOfInstanceQuery, OrganizationsOfInstanceQueryVariables>(
  "query OrganizationsOfInstance($after:String){organizations(first:25 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{id name plan}}}}",
);
export const SetPlanDocument = text<SetPlanMutation, SetPlanMutationVariables>(
  "mutation SetPlan($organizationId:ID!$plan:Plan!){setOrganizationPlan(input:{organizationId:$organizationId plan:$plan}){organizationId plan}}",
);
export const CreateOrganizationDocument = text<CreateOrganizationMutation, CreateOrganizationMutationVariables>(
  "mutation CreateOrganization($name:String!){createOrganization(input:{name:$name}){organization{id name}}}",
);
export const SetUpDocument = text<SetUpMutation, SetUpMutationVariables>(
  "mutation SetUp($input:SetUpInstanceInput!){setUpInstance(input:$input){organizationId teamId}}",
);
